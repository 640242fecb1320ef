/**
 * The environment for Yarn. Yarn does not read npm's settings, and npm tells
 * them to the scripts it runs: a company's registry, proxy and certificates are
 * handed on, unless Yarn has been told something else.
 *
 * @param homeIsWritable - where it is not, Yarn keeps its cache in `fallback`
 */
export function yarnEnvironment(
  env: NodeJS.ProcessEnv,
  homeIsWritable: boolean,
  fallback: string,
): NodeJS.ProcessEnv {
  const registry = env.npm_config_registry;
  const plain = registry?.startsWith('http://')
    ? new URL(registry).hostname
    : undefined;
  const own: NodeJS.ProcessEnv = {
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: plain,
    YARN_HTTPS_CA_FILE_PATH: env.npm_config_cafile,
    YARN_HTTPS_PROXY:
      env.npm_config_https_proxy ?? env.HTTPS_PROXY ?? env.https_proxy,
    YARN_HTTP_PROXY: env.npm_config_proxy ?? env.HTTP_PROXY ?? env.http_proxy,
    YARN_GLOBAL_FOLDER: homeIsWritable ? undefined : fallback,
    // A registry that does not answer is to be noticed within two minutes.
    YARN_HTTP_TIMEOUT: '15000',
    YARN_HTTP_RETRY: '2',
    YARN_ENABLE_PROGRESS_BARS: 'false',
  };
  const added = Object.entries(own).filter(
    ([name, value]) => value && env[name] === undefined,
  );
  return { ...env, ...Object.fromEntries(added) };
}
