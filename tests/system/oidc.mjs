// An authorization server as people run it: oidc-provider, with its own login pages.
// usage: node oidc.mjs MODULES PORT PUBLIC_JWK
const [modules, port, jwk] = process.argv.slice(2);
const { Provider } = await import(`${modules}/node_modules/oidc-provider/lib/index.js`);
const service = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { ...service, client_id: 'service', client_secret: 's3cret+/=' },
    { ...service, client_id: 'keyed', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [JSON.parse(jwk)] } },
    {
      client_id: 'cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ],
  features: {
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: true },
  },
  issueRefreshToken: async () => true,
  clientAuthMethods: ['none', 'client_secret_basic', 'private_key_jwt'],
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
