export interface Config {
  eventstore?: {
    audit?: {
      /**
       * From which severity on the log takes what plugins report to Backstage's
       * auditor. All when left out. What is left out is still in the process's
       * own log.
       */
      minimumSeverity?: 'low' | 'medium' | 'high' | 'critical';
    };
  };
}
