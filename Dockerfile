# Packages change seldom and come first: a change of the app's own code builds the last layer alone.
FROM python:3.11-slim AS packages
# The index with PyTorch's builds for processors alone, which pytorch.org/get-started names. Without it, those for
# graphics cards are installed, which nothing here uses and which take three gigabytes.
ARG TORCH_INDEX=""
COPY requirements.txt deploy/unneeded.txt /
RUN python -m venv /packages \
 && /packages/bin/pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} $(grep ^torch== /requirements.txt) \
 && /packages/bin/pip install --no-cache-dir -r /requirements.txt \
 && cd /packages/lib/python3.11/site-packages && rm -rf $(cat /unneeded.txt) \
 && /packages/bin/python -c "import streamlit, torch, pandas, pyarrow, plotly"

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent losscope
COPY --from=packages /packages /packages
WORKDIR /app
COPY . .
RUN /packages/bin/python -m compileall -q .
USER 10001
# Nothing is written but to /tmp, so the file system may be read-only.
ENV PATH=/packages/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    LOSSCOPE_ERRORS=json LOSSCOPE_METRICS=0.0.0.0:9101 \
    STREAMLIT_LOGGER_MESSAGE_FORMAT="%(message)s" STREAMLIT_LOGGER_ENABLE_RICH=false \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_PORT=8501
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["streamlit", "run", "app.py"]
