import { electorRights } from "../doubles/lease_api/accounts.ts";
import { startLeaseApi } from "../doubles/lease_api/double.ts";
import { openAdminClient } from "./admin_client.ts";
import { LEASE_NAME, leaseStoreContract } from "./lease_store_contract.ts";

const namespace = "hivemind";
const EVERYTHING = (["get", "list", "watch", "create", "update", "delete"] as const).map((verb) => ({ verb }));

leaseStoreContract({
  name: "the Lease API double",
  restarts: true,
  expires: true,
  keepsWishes: true,
  async open() {
    const double = await startLeaseApi();
    const rights = electorRights(LEASE_NAME);
    const bot = await double.addServiceAccount({ namespace, name: "bot", rights });
    const { dir } = await double.addServiceAccount({ namespace, name: "admin", rights: EVERYTHING });
    const token = await Deno.readTextFile(`${dir}/token`);
    const server = `https://${double.host}:${double.port}`;
    const admin = openAdminClient({ server, ca: double.ca, credentials: { token } });
    return {
      host: double.host,
      port: double.port,
      namespace,
      serviceAccountDir: bot.dir,
      admin: admin.api,
      async dirWithout(missing) {
        const fewer = rights.filter(({ verb }) => verb !== missing);
        return (await double.addServiceAccount({ namespace, name: `without-${missing}`, rights: fewer })).dir;
      },
      async expiredToken() {
        const token = await Deno.readTextFile(`${bot.dir}/token`);
        await bot.rotateToken();
        return token;
      },
      restart: (meanwhile) => double.restart(meanwhile),
      async close() {
        admin[Symbol.dispose]();
        await double.close();
      },
    };
  },
});
