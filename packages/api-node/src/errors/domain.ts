/**
 * Who gives an error's code its meaning
 * (google.rpc.ErrorInfo.domain, https://google.aip.dev/193).
 */
export function domainOf(pluginId: string): string {
  return `${pluginId}.callboard.io`;
}
