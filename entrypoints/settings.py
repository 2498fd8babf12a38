"""How is an installation set up? By the environment, `JOURNEY_...`; without it, SQLite files in one folder."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from journey.clinic import Clinic
from journey.policy import Policy
from journey.policy_text import policy_of
from journey.site import Site


class Misconfigured(Exception):  # noqa: N818 - what the installation is
    """A setting can't be used as it is: says which and why."""


def _of_a_database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("sqlite:///", "postgresql://")):
        raise ValueError("is sqlite:///path or postgresql://...")
    return url


Url = Annotated[SecretStr, AfterValidator(_of_a_database)]


class Settings(BaseSettings):
    """Every setting of an installation; `journey config` prints them, secrets masked."""

    model_config = SettingsConfigDict(env_prefix="JOURNEY_", extra="ignore", hide_input_in_errors=True)

    data: Path = Field(Path(".journey"), description="folder of everything that is kept, where no URL says otherwise")
    store_url: Url | None = Field(None, description="the events' database: sqlite:///path or postgresql://...")
    projections_url: Url | None = Field(None, description="the read models' database, as above")
    keys_url: Url | None = Field(None, description="where wrapped data keys lie, apart from the events; as above")
    master_key_file: Path | None = Field(None, description="the master key of the vault, mode 600")
    token_key_file: Path | None = Field(None, description="the key that signs this installation's own tokens, mode 600")
    kafka: str | None = Field(None, description="bootstrap servers of Kafka; without, workers read the log itself")
    topic_prefix: str = Field("", description="what begins the names of this installation's topics")
    replication: int = Field(
        3, ge=1, description="replication factor of topics that are made; 1 where there is one broker"
    )
    site: str = Field("main", description="the site's id")
    site_file: Path | None = Field(
        None, description="the site's set-up as JSON: zone, hours, chairs, nurses; else site.json in the data folder"
    )
    policy_file: Path | None = Field(
        None, description="the clinic's policy as TOML: its profile, and the numbers that differ"
    )
    issuer: str | None = Field(None, description="who issues bearer tokens, if not this installation itself")
    audience: str = Field("journey", description="whom bearer tokens must be meant for")
    jwks_file: Path | None = Field(None, description="the issuer's public keys, as a JWK set")
    host: str = Field("127.0.0.1", description="address to serve on")
    port: int = Field(8000, ge=0, le=65_535, description="port to serve on")
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65_535,
        description="port where relay and workers answer Prometheus; the API does where it serves",
    )

    @property
    def embedded(self) -> bool:
        """Whether workers run inside every process that asks, on the log itself."""
        return self.kafka is None

    @property
    def store(self) -> str:
        """The URL of the events."""
        return _url(self.store_url, self.data / "journey.sqlite")

    @property
    def projections(self) -> str:
        """The URL of the read models."""
        return _url(self.projections_url, self.data / "projections.sqlite")

    @property
    def keys(self) -> str:
        """The URL of the wrapped keys."""
        return _url(self.keys_url, self.data / "keys.sqlite")

    @property
    def master_key(self) -> Path:
        """The file of the vault's master key."""
        return self.master_key_file or self.data / "keys" / "master.key"

    @property
    def token_key(self) -> Path:
        """The file of the key that signs tokens."""
        return self.token_key_file or self.data / "keys" / "token.key"

    @property
    def site_set_up(self) -> Path | None:
        """The file of the site's set-up: the one that is named, else `site.json` in the folder, if there is one."""
        lying = self.data / "site.json"
        return self.site_file or (lying if lying.exists() else None)

    def clinic(self) -> Clinic:
        """The policy, the site and the response rules in force. Raises Misconfigured."""
        try:
            policy = read_policy(self.policy_file) if self.policy_file else Policy()
            site = Site.from_text(_object(self.site_set_up)) if self.site_set_up else Site()
        except (OSError, ValueError) as error:
            raise Misconfigured(f"the policy or the site can't be read: {error}") from None
        if self.site != site.site_id:
            raise Misconfigured(f"the site's file sets up {site.site_id}, and the site is said to be {self.site}")
        return Clinic(policy=policy, site=site)

    def shown(self) -> dict[str, Any]:
        """Every setting as it takes effect, passwords masked."""
        urls = {"store_url": self.store, "projections_url": self.projections, "keys_url": self.keys}
        plain = {key: str(value) if isinstance(value, Path) else value for key, value in self.model_dump().items()}
        files = {"master_key_file": str(self.master_key), "token_key_file": str(self.token_key)}
        return plain | files | {key: masked(url) for key, url in urls.items()}


def effective(**given: Any) -> Settings:
    """The settings of the environment, and before them those given that are not None. Raises Misconfigured."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in fault["loc"]).upper()
        raise Misconfigured(f"JOURNEY_{name}: {fault['msg'].removeprefix('Value error, ')}") from None


def masked(url: str) -> str:
    """A URL without its password."""
    parts = urlsplit(url)
    query = "&".join("password=***" if it.startswith("password=") else it for it in parts.query.split("&"))
    netloc = parts.netloc
    if parts.password is not None:
        netloc = f"{parts.username or ''}:***@{netloc.rpartition('@')[2]}"
    return url if parts.scheme == "sqlite" else urlunsplit(parts._replace(netloc=netloc, query=query))


def read_policy(file: Path) -> Policy:
    """The policy of a file: TOML, or JSON where its name says so. Raises OSError and ValueError, Unsound among them."""
    if file.suffix == ".json":
        return policy_of(_object(file))
    return policy_of(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))


def _url(said: SecretStr | None, file: Path) -> str:
    return f"sqlite:///{file}" if said is None else said.get_secret_value()


def _object(file: Path) -> dict[str, Any]:
    whole = json.loads(file.read_text())
    if not isinstance(whole, dict):
        message = f"{file.name} holds no JSON object"
        raise ValueError(message)  # noqa: TRY004 - a fault of the file's contents, like all others here
    return whole
