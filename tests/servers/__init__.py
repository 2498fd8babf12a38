"""Which real servers do the tests run against?

`python -m tests.servers -- CMD ...` starts them, runs CMD and stops them; the classes start private ones.
"""

from tests.servers.chromium import chromium
from tests.servers.cluster import Cluster
from tests.servers.kafka import Kafka
from tests.servers.postgres import Postgres
from tests.servers.processes import free_port, until

__all__ = ["Cluster", "Kafka", "Postgres", "chromium", "free_port", "until"]
