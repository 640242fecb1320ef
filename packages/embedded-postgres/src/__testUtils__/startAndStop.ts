/*
 * A program that starts a server, stops it and says so, and has nothing else to
 * do. For tests.
 */
import { EmbeddedPostgres } from '../EmbeddedPostgres.ts';

EmbeddedPostgres.start({ dataDir: process.argv[2]! })
  .then(server => server.stop())
  .then(() => console.log('"stopped"'));
