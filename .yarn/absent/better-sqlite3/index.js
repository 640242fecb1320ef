throw new Error(
  'SQLite is not part of Callboard: use a PostgreSQL database (catalog/docs/decisions/0001)',
);
