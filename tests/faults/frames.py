"""How are SOCKS5 and Kafka's frames read, and a batch taken out of one?"""

from __future__ import annotations

import socket
import struct
from typing import Any

from kafka.protocol.producer import ProduceRequest, ProduceResponse

GRANTED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
REFUSED = b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"


def exactly(source: socket.socket, count: int) -> bytes:
    """Read so many bytes. Raises EOFError when it ends before."""
    found = bytearray()
    while len(found) < count:
        if not (more := source.recv(count - len(found))):
            raise EOFError
        found += more
    return bytes(found)


def framed(source: socket.socket) -> bytes:
    """Read one of Kafka's frames, without its length."""
    return exactly(source, struct.unpack(">i", exactly(source, 4))[0])


def greeted(client: socket.socket) -> tuple[str, int]:
    """Shake hands as SOCKS5 does; the IPv4 address that the client wants."""
    _, methods = exactly(client, 2)
    exactly(client, methods)
    client.sendall(b"\x05\x00")
    _, _, _, kind = exactly(client, 4)
    if kind != 1:
        raise EOFError
    return socket.inet_ntoa(exactly(client, 4)), struct.unpack(">H", exactly(client, 2))[0]


def reached(address: tuple[str, int]) -> socket.socket | None:
    """A connection to a broker, unless it is away."""
    try:
        broker = socket.create_connection(address, timeout=5)
    except OSError:
        return None
    broker.settimeout(None)
    return broker


def holds(frame: bytes, version: int, partition: int) -> bool:
    """Whether a Produce request has a batch for a partition."""
    request = ProduceRequest.decode(frame, version=version, header=True)
    return any(it.index == partition for topic in request.topic_data for it in topic.partition_data)


def without(frame: bytes, version: int, partition: int) -> tuple[bytes, list[Any]]:
    """A Produce request less the batches of a partition, and the topics they were for."""
    request = ProduceRequest.decode(frame, version=version, header=True)
    topics = [topic for topic in request.topic_data if any(it.index == partition for it in topic.partition_data)]
    for topic in topics:
        topic.partition_data = [it for it in topic.partition_data if it.index != partition]
    request.topic_data = [topic for topic in request.topic_data if topic.partition_data]
    return bytes(request.encode(version=version, header=True)), topics


def refusing(frame: bytes, version: int, partition: int, topics: list[Any], error: int) -> bytes:
    """The answer to a Produce request, with an error for the batches that were taken out of it."""
    answer = ProduceResponse.decode(frame, version=version, header=True)
    answered = ProduceResponse.TopicProduceResponse
    for topic in topics:
        refused = answered.PartitionProduceResponse(index=partition, error_code=error, base_offset=-1)
        named = {"topic_id": topic.topic_id, "name": topic.name}
        answer.responses.append(answered(partition_responses=[refused], **named))
    return bytes(answer.encode(header=True))
