# The gateway and nothing else. What seals or opens content stays out of the image: see .dockerignore.

FROM node:24.11.0-bookworm-slim AS packages
WORKDIR /liaison
COPY package.json package-lock.json ./
# The runtime is one of the packages. Its headers and manuals are not needed here, nor are the charts of auditors' reports.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/echarts node_modules/zrender node_modules/node-linux-*/include node_modules/node-linux-*/share node_modules/node-linux-*/*.md

FROM debian:12.12-slim
# The only library of the runtime that the base lacks.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libatomic1 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /liaison
COPY --from=packages /liaison/node_modules ./node_modules
COPY package.json liaison liaison.ts LICENSE ./
COPY protocol ./protocol
COPY ledger ./ledger
COPY audit ./audit
COPY cli ./cli
COPY gateway ./gateway
ENV NODE_ENV=production
USER 10001:10001
EXPOSE 7443
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
  CMD ["./liaison", "gateway", "status", "--config", "/data/gateway/gateway.yaml"]
ENTRYPOINT ["./liaison"]
CMD ["gateway", "serve", "--config", "/data/gateway/gateway.yaml"]
