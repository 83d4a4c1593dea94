/** Every metric of the program, by name. Labels have few values; ids of guilds, users and messages are never labels. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; from a cached answer to Discord's limit for a first answer and beyond. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30];

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics in a registry of their own; `metrics.registry.metrics()` is the text that Prometheus reads. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Histogram({ name, help, labelNames, registers, buckets: LATENCY_BUCKETS });

  return {
    registry,

    /** Named as dashboards for client-go's elector expect it. */
    leaderStatus: gauge("leader_election_master_status", "1 while this replica leads, else 0", ["name"]),
    leaderTransitions: counter("hivemind_election_terms_total", "Terms of leadership by how they went on", ["event"]),
    leaseRequests: counter("hivemind_election_requests_total", "Requests to the Lease API", ["verb", "code"]),
    leaseRenewedAt: gauge("hivemind_election_renewed_timestamp_seconds", "When this replica last renewed its lease"),

    interactions: counter("hivemind_interactions_total", "Interactions by command and outcome", ["command", "outcome"]),
    interactionLatency: histogram("hivemind_interaction_ack_seconds", "From receipt to the accepted first answer", [
      "command",
    ]),
    interactionsRunning: gauge("hivemind_interactions_running", "Interactions being worked on"),

    gatewayUp: gauge("hivemind_gateway_ready", "1 while the gateway shard is ready, else 0"),
    gatewayEvents: counter("hivemind_gateway_events_total", "What happened to the gateway connection", ["event"]),
    discordRateLimits: counter("hivemind_discord_rate_limits_total", "Answers 429 and waits for a rate limit", [
      "scope",
    ]),

    backendCalls: histogram("hivemind_backend_call_seconds", "Calls of the backend", ["call", "outcome"]),

    syncMembers: counter("hivemind_sync_members_total", "Members written by kind of sync", ["kind"]),
    syncRuns: counter("hivemind_sync_runs_total", "Full member syncs by outcome", ["outcome"]),
    syncGuildFailures: counter("hivemind_sync_guild_failures_total", "Guilds whose sync failed, each attempt"),
    syncFinishedAt: gauge("hivemind_sync_finished_timestamp_seconds", "When the last full sync ended"),
  };
}
