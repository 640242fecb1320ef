import type { HumanDuration } from '@backstage/types';

export interface Config {
  callboard?: {
    api?: {
      /**
       * The largest body of a request, and the largest message of a stream, in
       * bytes. 4 MiB when left out.
       */
      maxRequestBytes?: number;
      /**
       * In which the whole body of a request has to arrive. 10 seconds when
       * left out.
       */
      requestTimeout?: HumanDuration | string;
      /**
       * How long a read waits until it shows what its caller has just written.
       * 5 seconds when left out.
       */
      positionTimeout?: HumanDuration | string;
    };
    grpc?: {
      /** Whether gRPC is served. It is when left out. */
      enabled?: boolean;
      /** The address to listen on. 127.0.0.1 when left out. */
      host?: string;
      /** 7008 when left out; `npm start` makes it the one after the portal's. */
      port?: number;
      /** Without it connections are not encrypted. */
      tls?: {
        /** A file with the certificate and those that vouch for it, as PEM. */
        certificateFile: string;
        /** A file with the certificate's private key, as PEM. */
        keyFile: string;
      };
    };
  };
}
