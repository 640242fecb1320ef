import type { MetricsService } from '@backstage/backend-plugin-api/alpha';
import type { Reactors } from '../reactors/Reactors';
import type { Spooler } from './Spooler';
import type { BatchNotice } from './SpoolerContext';
import type { SpoolerHost } from './SpoolerHost';

/**
 * Metrics of one plugin's spoolers. Each process reports the spoolers that it
 * leads, so each one is reported once in the cluster.
 *
 * @returns what is to be told of each batch
 */
export function createSpoolerMetrics(
  metrics: MetricsService,
): (batch: BatchNotice) => void {
  const events = metrics.createCounter('eventstore.spooler.events', {
    description:
      'Events written to views, or turned into jobs, by this process',
    unit: '{event}',
  });
  const duration = metrics.createHistogram(
    'eventstore.spooler.batch.duration',
    {
      description: 'Time from the end of one batch to the end of the next',
      unit: 's',
    },
  );
  return batch => {
    const attributes = attributesOf(batch);
    events.add(batch.events, attributes);
    duration.record(batch.seconds, attributes);
  };
}

/** Metrics that are looked at when they are collected. */
export function observeSpoolers(
  metrics: MetricsService,
  host: SpoolerHost,
  reactors: Reactors,
): void {
  const gauge = (
    name: string,
    description: string,
    unit: string,
    valueOf: (spooler: Spooler) => number,
  ) =>
    metrics
      .createObservableGauge(name, { description, unit })
      .addCallback(result => {
        for (const spooler of host.spoolers) {
          result.observe(valueOf(spooler), attributesOf(spooler.row));
        }
      });
  gauge(
    'eventstore.spooler.lag.events',
    'Events in the log that a spooler has not got to',
    '{event}',
    spooler => Math.max(0, host.watch.head - spooler.position),
  );
  gauge(
    'eventstore.spooler.lag.time',
    'Age of the oldest event that a spooler has not got to',
    's',
    spooler => spooler.lagSeconds,
  );
  gauge(
    'eventstore.spooler.quarantined',
    'Aggregates with an event that could not be applied',
    '{aggregate}',
    spooler => spooler.quarantined,
  );
  metrics
    .createObservableGauge('eventstore.reactor.jobs', {
      description: 'Jobs of reactors, by state',
      unit: '{job}',
    })
    .addCallback(async result => {
      const leads = [...host.spoolers].some(
        ({ row }) => row.kind === 'reactor',
      );
      for (const counts of leads ? await reactors.counts() : []) {
        const { reactor } = counts;
        for (const state of [
          'waiting',
          'retrying',
          'running',
          'dead',
        ] as const) {
          result.observe(counts[state], { reactor, state });
        }
      }
    });
}

function attributesOf(
  row: Pick<BatchNotice, 'kind' | 'name' | 'version' | 'state'>,
) {
  return {
    kind: row.kind,
    name: row.name,
    version: row.version,
    state: row.state,
  };
}
