# syntax=docker/dockerfile:1
# One binary in an image without a shell: docker build --tag hivemind-bot:0.1.0 .

FROM denoland/deno:2.9.6 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/deno-dir deno task build

# cc: the binary needs libgcc_s beside the C library.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/dist/hivemind-bot /usr/local/bin/hivemind-bot
# By number, so that Kubernetes can tell that it is not root. The home folder is the one place that this user may write to.
USER 65532:65532
WORKDIR /home/nonroot
EXPOSE 9100
# For Docker and its like; Kubernetes asks by its probes and ignores this.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/local/bin/hivemind-bot", "healthcheck"]
# The binary is process 1: it listens for SIGTERM itself and needs no init.
ENTRYPOINT ["/usr/local/bin/hivemind-bot"]
CMD ["run"]
