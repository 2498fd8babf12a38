"""How does the relay write to Kafka: in transactions of an id that only one process can have?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, OutOfOrderSequenceNumberError, ProducerFencedError

from consumers.deadline import Deadline
from consumers.topics import CLIENT, Topics, await_broker

FENCED = (ProducerFencedError, OutOfOrderSequenceNumberError)


def transactional(topics: Topics) -> KafkaProducer:
    """A producer whose id is the installation's: whoever starts with it fences whoever had it, in whichever epoch.

    Raises a KafkaError when no broker answers.
    """
    await_broker(topics.bootstrap)
    return KafkaProducer(
        bootstrap_servers=topics.bootstrap,
        transactional_id=f"{topics.prefix}journeys.relay",
        delivery_timeout_ms=25_000,
        transaction_timeout_ms=30_000,
        request_timeout_ms=10_000,
        max_block_ms=30_000,
        metadata_max_age_ms=1_000,  # so long a topic that was made again stays unnoticed: see `topic_behind`
        retry_backoff_ms=5,  # of 100 milliseconds each commit would be as late as that
        linger_ms=5,
        batch_size=256 * 1024,
        compression_type=None,
        allow_auto_create_topics=False,
        metrics_enabled=False,
        **CLIENT,
    )


def topic_behind(producer: KafkaProducer, name: str) -> str | None:
    """The id of the topic that a name leads to, by the producer's latest metadata; None while it has none.

    kafka-python sends by name: a topic that was deleted and made again is written to as if it were the same.
    """
    found = producer._metadata.topic_id(name)  # noqa: SLF001 - kafka-python tells it nowhere else
    return None if found is None else str(found)


def written(producer: KafkaProducer, futures: Sequence[Any]) -> None:
    """Wait until all is written. Raises the failure of the first that was not: a commit would keep the rest."""
    producer.flush()
    for future in futures:
        if not future.succeeded():
            raise future.exception


def abort(producer: KafkaProducer, deadline: Deadline) -> None:
    """Let readers go on at once; the next start aborts as well, so it may fail."""
    with deadline.within(), suppress(KafkaError):
        producer.abort_transaction()


def is_fenced(error: KafkaError) -> bool:
    """Whether another process has taken the id; some of these come wrapped in a plain one."""
    return any(isinstance(it, FENCED) for it in (error, *error.args))
