# The read-only server: reads pictures over HTTP, keeps nothing, needs no file system to write to.
#
#     docker build -t inkdigits .
#     docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:8000:8000 inkdigits

FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE constraints.txt ./
COPY src src
RUN python -m venv /opt/inkdigits
RUN /opt/inkdigits/bin/pip install --no-cache-dir -c constraints.txt ".[serve,pdf]"

FROM python:3.11-slim
COPY --from=build /opt/inkdigits /opt/inkdigits
ENV PYTHONDONTWRITEBYTECODE=1
USER 65534:65534
WORKDIR /
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/opt/inkdigits/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["/opt/inkdigits/bin/inkdigits"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--read-only", "--no-open"]
