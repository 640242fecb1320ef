import { DefaultAuditorService } from '@backstage/backend-defaults/auditor';
import type {
  AuditorService,
  AuthService,
  HttpAuthService,
  LoggerService,
  PluginMetadataService,
  RootConfigService,
} from '@backstage/backend-plugin-api';

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type Severity = (typeof SEVERITIES)[number];
type Level = (typeof LEVELS)[number];

const DEFAULT_LEVELS: Record<Severity, Level> = {
  low: 'debug',
  medium: 'info',
  high: 'info',
  critical: 'info',
};

/**
 * The lines that Backstage's own auditor writes, with the levels that
 * `backend.auditor.severityLogLevelMappings` gives them.
 */
export function createAuditLines(deps: {
  config: RootConfigService;
  logger: LoggerService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  plugin: PluginMetadataService;
}): AuditorService {
  const logger = deps.logger.child({ isAuditEvent: 'true' });
  const levels = readLevels(deps.config);
  return DefaultAuditorService.create(event => {
    const { plugin, eventId, severityLevel } = event;
    const { error, ...facts } = { error: undefined, ...event };
    logger[levels[severityLevel]](`${plugin}.${eventId}`, {
      ...facts,
      ...(error ? { error: `${error}` } : {}),
    });
  }, deps);
}

/** @throws Error when the configuration has no such severity */
export function readMinimumSeverity(config: RootConfigService): Severity {
  return oneOf(
    SEVERITIES,
    config.getOptionalString('eventstore.audit.minimumSeverity') ?? 'low',
    'eventstore.audit.minimumSeverity',
  );
}

function readLevels(config: RootConfigService): Record<Severity, Level> {
  const levels = { ...DEFAULT_LEVELS };
  for (const severity of SEVERITIES) {
    const key = `backend.auditor.severityLogLevelMappings.${severity}`;
    const level = config.getOptionalString(key);
    if (level !== undefined) {
      levels[severity] = oneOf(LEVELS, level, key);
    }
  }
  return levels;
}

function oneOf<T extends string>(
  choices: readonly T[],
  value: string,
  key: string,
): T {
  const choice = choices.find(each => each === value);
  if (choice === undefined) {
    throw new Error(`${key} is '${value}'; use ${choices.join(', ')}`);
  }
  return choice;
}
