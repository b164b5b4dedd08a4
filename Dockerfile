# The shop in a container, for compose.yaml, Fly and Railway. docs/deploy.md says how far it was tried.
FROM python:3.13-slim
# CONTAINER: keys must be given and a database beside it, for what a container writes is lost with it.
ENV CONTAINER=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
# The two browser libraries, by the versions and hashes of static/package-lock.json; and what each start would compile.
RUN sh bin/post_compile && python -m compileall -q printalma migrations
# All that it may write. A volume for SQLite belongs on /data: DATABASE_URL=sqlite:////data/printalma.db, ALLOW_SQLITE=1.
RUN install -d -o 10001 -m 700 instance /data
USER 10001
EXPOSE 3004
CMD ["sh", "-c", "flask --app wsgi setup && exec gunicorn wsgi:app"]
