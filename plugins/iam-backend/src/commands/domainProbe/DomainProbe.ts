/** Looks at a domain from outside. */
export interface DomainProbe {
  /**
   * The TXT records of a name, each in one piece; none when there are none.
   *
   * @throws when that cannot be found out now
   */
  txtRecords(name: string): Promise<readonly string[]>;

  /**
   * The text under a path of a domain, fetched from the domain itself: nothing
   * is followed anywhere else. Undefined when there is none.
   *
   * @throws when that cannot be found out now
   */
  fetchText(domain: string, path: string): Promise<string | undefined>;
}
