# The dashboard with its data: the shipped dossier is published while the image is built, so the running container
# needs no volume, no network of its own and no writable file.

FROM python:3.13-slim AS build
# Bytecode is made once at the end, for all code alike.
ENV PYTHONDONTWRITEBYTECODE=1
# The same path in both stages: environments and release pointers hold absolute paths.
WORKDIR /srv/faultlines

# Dependencies first: this layer is rebuilt only when the lock file changes.  The image's pip installs into an
# environment that has none of its own, so none is carried along.  What no page uses goes (54 MB): the data of languages
# that the site does not speak, the languages that Pygments colours, sources in C, zstandard's second build for other
# interpreters, helpers for the tests of others, and the dialects of databases that hold no release.
# REQUIREMENTS=requirements-postgres.txt adds PostgreSQL's driver, for releases kept in a database (docs/scale.md).
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-postgres.txt ./
RUN python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install \
        --no-cache-dir --no-compile --disable-pip-version-check --require-hashes --requirement "${REQUIREMENTS}" \
    && find /opt/venv/lib/python3*/site-packages/babel/locale-data \
        -type f ! -name 'en*' ! -name 'fr*' ! -name root.dat -delete \
    && find /opt/venv/lib/python3*/site-packages/pygments/lexers -name '*.py' ! -name __init__.py ! -name _mapping.py -delete \
    && find /opt/venv/lib/python3*/site-packages \( -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.h' \) -delete \
    && rm -r /opt/venv/lib/python3*/site-packages/zstandard/_cffi.*.so \
        /opt/venv/lib/python3*/site-packages/sqlalchemy/testing /opt/venv/lib/python3*/site-packages/alembic/testing \
        /opt/venv/lib/python3*/site-packages/sqlalchemy/dialects/mssql \
        /opt/venv/lib/python3*/site-packages/sqlalchemy/dialects/mysql \
        /opt/venv/lib/python3*/site-packages/sqlalchemy/dialects/oracle

COPY pyproject.toml ./
COPY migrations migrations
COPY static static
COPY templates templates
COPY app app
COPY dossier dossier
ENV PATH=/opt/venv/bin:$PATH FAULTLINES_RELEASES=/srv/faultlines/releases
# A dossier at fault fails here, with its file and line, and no image is made.
RUN python -m app publish \
    # Nobody writes at run time, so bytecode need not be compared with its source at every start.
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv app migrations \
    # Templates as well: the same in both stages, so that they are where they say they are.
    && env -u PYTHONDONTWRITEBYTECODE python -m app.rendering.environment \
    # Readable by any user id, writable by none.
    && chmod -R a=rX /srv/faultlines


FROM python:3.13-slim
LABEL org.opencontainers.image.title="Faultlines" \
    org.opencontainers.image.description="A read-only dashboard on the dispute between OpenAI and Microsoft, where every statement is traceable to a source."
WORKDIR /srv/faultlines
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/faultlines ./
# A new volume takes over the owner of the folder that it is mounted on: the one place where the watch may write.
RUN mkdir releases/watch && chown 65532:65532 releases/watch
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FAULTLINES_RELEASES=/srv/faultlines/releases
# Python's own modules come without bytecode: each start would compile those that it loads, for half a second.
RUN env -u PYTHONDONTWRITEBYTECODE python -c "import app.cli, app.main, uvicorn.main, uvicorn.logging, uvloop"
# A number, so that a cluster can check that it is not root without reading the image's user list.
USER 65532:65532
EXPOSE 8000
# http.client, since urllib would send even this request through a proxy that the environment names.
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["python", "-m", "app", "serve", "--host", "0.0.0.0", "--port", "8000"]
