import { join } from 'node:path';
import { valueOf } from '../commandLine/parseCommandLine.ts';
import { readPort } from '../commandLine/readPort.ts';
import { checkPort, grpc } from '../portal/checkPort.ts';
import { lockDataFolder } from '../portal/lockDataFolder.ts';
import { runNode } from '../processes/runNode.ts';
import { root } from '../root.ts';
import { backstageCli } from '../setUp/buildApp.ts';
import { installDependencies } from '../setUp/installDependencies.ts';
import type { RunCommand } from './Command.ts';
import { defaultAppPort } from './devSpec.ts';
import { portalOptions } from './portalOptions.ts';

export const dev: RunCommand = async (line, { progress, ending }) => {
  const options = portalOptions(line);
  const { host, port, dataDir, databaseUrl } = options;
  const appPortText = valueOf(line, 'app-port');
  const appPort =
    appPortText === undefined
      ? defaultAppPort
      : readPort(appPortText, '--app-port');
  const lock = lockDataFolder(dataDir, { url: `http://localhost:${appPort}` });
  try {
    await checkPort(host, appPort);
    await checkPort(host, port);
    await installDependencies(progress, ending);
    const { configFromEnvironment, configLayers, readConfigFile } =
      await import('../portal/configFiles.ts');
    const { grpcAddress } = await import('../portal/grpcAddress.ts');
    const { checkDatabase } = await import('../portal/checkDatabase.ts');
    const { databaseFolder, startDatabase } = await import(
      '../portal/startDatabase.ts'
    );
    const { developmentEnvironment } = await import(
      '../portal/developmentEnvironment.ts'
    );
    const added = [
      ...configLayers(root, options.configFiles).slice(1).map(readConfigFile),
      configFromEnvironment(process.env),
    ];
    const grpcAt = grpcAddress(port, added);
    if (grpcAt) {
      await checkPort(grpcAt.host, grpcAt.port, grpc);
    }
    if (databaseUrl !== undefined) {
      await checkDatabase(databaseUrl);
    }
    const database =
      databaseUrl === undefined
        ? await progress.step('Starting PostgreSQL', () =>
            startDatabase(
              {
                dataDir: databaseFolder(dataDir),
                logFile: join(dataDir, 'logs/postgres.log'),
                onNotice: notice => progress.say(`  ${notice}`),
              },
              ending,
            ),
          )
        : undefined;
    const { masterKey, MASTER_KEY_VARIABLE } = await import(
      '../portal/masterKey.ts'
    );
    const key = masterKey(dataDir, added, process.env);
    try {
      progress.say(
        `  Starting app and backend; the app will be at http://localhost:${appPort}`,
      );
      const { code } = await runNode(
        backstageCli,
        [
          'repo',
          'start',
          ...configLayers(root, options.configFiles).flatMap(file => [
            '--config',
            file,
          ]),
        ],
        {
          cwd: root,
          env: {
            ...process.env,
            ...developmentEnvironment(
              { host, port, appPort },
              databaseUrl ?? database!.connection,
              added,
            ),
            ...(key === undefined ? {} : { [MASTER_KEY_VARIABLE]: key }),
          },
          ending,
        },
      );
      return ending.signal.aborted ? 0 : code;
    } finally {
      await database?.stop();
    }
  } finally {
    lock.release();
  }
};
