# docker build -t failweb:v1 .
# docker run --name failweb --rm -p 8080:80 failweb:v1

FROM node:24.21-alpine AS manifest
WORKDIR /app
COPY package.json package-lock.json ./

FROM manifest AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY checks checks
COPY src src
RUN npm run bundle

FROM manifest AS dependencies
# TypeScript is an optional peer of a schema library: nothing that runs.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24.21-alpine AS service
ENV NODE_ENV=production
# Anyone may listen on 80 in a container since Docker 20.10 (net.ipv4.ip_unprivileged_port_start=0) and its peers.
# Elsewhere set PORT to a number from 1024 on, as the manifests in deploy/ do.
ENV PORT=80
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# By number: a cluster that asks for runAsNonRoot cannot know what a name means.
USER 10001:10001
EXPOSE 80
# Not /healthz: each access to that is a draw. The shell is there for PORT alone, and replaces itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["sh", "-c", "exec node dist/src/cli/main.js probe http://127.0.0.1:${PORT}/livez"]
# Node itself is process 1, so that SIGTERM reaches the service, which drains.
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["serve"]
