# Two stages: the first has pip and the network, the second only Python and an environment that nobody can change.
# Both start from BASE, so that the environment finds the interpreter that it was made with.
ARG BASE=docker.io/library/python:3.12-slim

FROM ${BASE} AS build
# For a mirror, or for wheels that were downloaded before: --build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/wheels
ARG PIP_INDEX_URL PIP_NO_INDEX PIP_FIND_LINKS PIP_TRUSTED_HOST
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# The tools' environment installs into the other one, which stays without pip.
RUN python3 -m venv /tools && python3 -m venv --without-pip /opt/monitor
COPY requirements.lock ./
RUN /tools/bin/pip --python /opt/monitor/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY monitor monitor
# Built with what the lock brought, and nothing else: no isolation, no dependencies.
RUN /tools/bin/pip --python /opt/monitor/bin/python install --no-build-isolation --no-deps . \
 && /tools/bin/pip --python /opt/monitor/bin/python uninstall --yes hatchling editables \
 && mkdir -p /image/config /image/data \
 && cp -R config/. /image/config/

FROM ${BASE}
LABEL org.opencontainers.image.title="monitor" \
      org.opencontainers.image.description="A news alert that tells you only what is new, who says so, and whether it is confirmed" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/monitor /opt/monitor
# /config is the starter configuration until yours is mounted there; its database is ../data/monitor.db, which is /data.
COPY --from=build --chown=10001:10001 /image/ /
ENV PATH=/opt/monitor/bin:/usr/local/bin:/usr/bin:/bin \
    MONITOR_CONFIG=/config/monitor.toml \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, not a name: orchestrators can see that it is not root. Nothing but /data and /tmp is ever written.
USER 10001:10001
WORKDIR /data
VOLUME ["/config", "/data"]
EXPOSE 8080
# Failing feeds are for a person to see (`monitor doctor`); only a daemon that does not work is unhealthy.
HEALTHCHECK --interval=1m --timeout=15s --start-period=1m --retries=3 CMD ["monitor", "doctor", "--alive", "--quiet"]
ENTRYPOINT ["monitor"]
CMD ["run"]
