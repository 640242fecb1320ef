import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { OperatorsService } from '@callboard/plugin-eventstore-node';
import type { IamCommands } from '../commands/IamCommands';
import type { Authorizer } from '../queries/Authorizer';
import type { IamViews } from '../queries/IamViews';
import { defineSourcesOperator } from './defineSourcesOperator';
import { migrateSources } from './migrateSources';
import { readAsCodeConfig } from './readAsCodeConfig';
import { Reconciler } from './Reconciler';
import { Sources } from './Sources';
import { SourceStore } from './SourceStore';

/** Declares the operator, and answers with what people see of it. */
export async function addAsCode(options: {
  readonly config: Config;
  readonly operators: OperatorsService;
  readonly views: IamViews;
  readonly commands: IamCommands;
  readonly authorizer: Authorizer;
  readonly urlReader: UrlReaderService;
  readonly logger: LoggerService;
  /** False when the deployment migrates by itself. */
  readonly migrate: boolean;
}): Promise<Sources> {
  const { views, commands, authorizer, urlReader, logger } = options;
  const config = readAsCodeConfig(options.config);
  if (options.migrate) {
    await migrateSources(views.knex);
  }
  const store = new SourceStore(views.knex);
  if (config.sources.length > 0) {
    const reconciler = new Reconciler({
      views,
      commands,
      store,
      urlReader,
      logger,
    });
    await options.operators.add(
      defineSourcesOperator({ config, reconciler, store, logger }),
    );
  }
  return new Sources({
    sources: config.sources,
    store,
    log: views.log,
    authorizer,
  });
}
