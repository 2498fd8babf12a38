"""What do the tests of production share with those of consumers?"""

from tests.consumers.conftest import topics

__all__ = ["topics"]
