import { configured } from './configFiles.ts';

const highestPort = 65535;

export type GrpcAddress = {
  host: string;
  port: number;
  /** Whether a person chose the port. */
  isConfigured: boolean;
};

/**
 * Where gRPC is served: on the port after the portal's, so that two portals
 * with different ports don't meet, or where the configuration says.
 *
 * @returns undefined when gRPC is switched off, or when the configuration takes
 *   the port from somewhere that only the backend reads
 */
export function grpcAddress(
  portalPort: number,
  added: unknown[],
): GrpcAddress | undefined {
  if (`${configured(added, 'callboard.grpc.enabled')}` === 'false') {
    return undefined;
  }
  const host = configured(added, 'callboard.grpc.host') ?? '127.0.0.1';
  const chosen = configured(added, 'callboard.grpc.port');
  const port =
    chosen === undefined
      ? portalPort + (portalPort === highestPort ? -1 : 1)
      : Number(chosen);
  if (typeof host !== 'string' || host.includes('$') || !isPort(port)) {
    return undefined;
  }
  return { host, port, isConfigured: chosen !== undefined };
}

/** 0 is none: the system chooses one. */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= highestPort;
}
