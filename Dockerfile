# What runs in production: one image for api, relay and workers, which differ in their command alone.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/journey
COPY requirements.lock /src/
RUN /opt/journey/bin/pip install --quiet --require-hashes -r /src/requirements.lock
COPY pyproject.toml README.md /src/
COPY journey /src/journey
COPY projections /src/projections
COPY consumers /src/consumers
COPY entrypoints /src/entrypoints
RUN /opt/journey/bin/pip install --quiet --no-deps --no-build-isolation /src

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin journey \
    && install -d -o journey -g journey -m 700 /keys
COPY --from=build /opt/journey /opt/journey
ENV PATH=/opt/journey/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["journey"]
CMD ["--help"]
