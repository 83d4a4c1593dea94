/** The call of the standard health service, which `proto/health.proto` has. */
import { method } from "./protocol.ts";

/** `SERVING` or another name of its state. */
export const CHECK_HEALTH = method<{ service: string }, { status: string }>("grpc.health.v1.Health", "Check");
