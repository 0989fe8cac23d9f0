// An OpenID Connect provider for the console and for one other application of the same operator:
// `node provider.mjs PORT CALLBACK`. Whoever signs in with a name is that account; its groups are what stands before the dot: `care.li` is in the group `ops-care`.
import Provider from "oidc-provider";

const [port, callback] = process.argv.slice(2);
const account = (id) => ({
  accountId: id,
  claims: () => ({ sub: id, preferred_username: id, groups: [`ops-${id.split(".")[0]}`], email: `${id}@operator.example`, email_verified: true }),
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: ["ringback-console", "another-application"].map((client_id) => ({
    client_id, client_secret: "a-secret:with%signs", redirect_uris: [callback], response_types: ["code"],
    grant_types: ["authorization_code"], token_endpoint_auth_method: "client_secret_basic",
  })),
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username", "groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, id) => account(id),
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["for tests only"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
