/** The calls of `proto/admin.proto`. */
import { method } from "./protocol.ts";
import type { WireTimestamp } from "./timestamps.ts";

interface SystemInfo {
  version: string;
  start_time: WireTimestamp | null;
  uptime_seconds: number;
  database_type: string;
}

interface HealthReport {
  status: string;
  checks: Record<string, string>;
  timestamp: WireTimestamp | null;
}

const SERVICE = "hivemind.admin.v1.AdminService";

export const ADMIN = {
  systemInfo: method<Record<string, never>, SystemInfo>(SERVICE, "GetSystemInfo"),
  healthCheck: method<Record<string, never>, HealthReport>(SERVICE, "GetHealthCheck"),
} as const;
