import type {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';

/** Where the catalog leaves its connection for whoever tells it of IAM. */
export class IamEntityProvider implements EntityProvider {
  readonly connected: Promise<EntityProviderConnection>;
  readonly #instance: string;
  #connect!: (connection: EntityProviderConnection) => void;

  /** @param instance - whose users and groups it stands for */
  constructor(instance: string) {
    this.#instance = instance;
    this.connected = new Promise(resolve => {
      this.#connect = resolve;
    });
  }

  getProviderName(): string {
    return `iam:${this.#instance}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connect(connection);
  }
}
