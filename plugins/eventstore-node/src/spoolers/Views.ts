import type { Projection, Tables } from '../projections/defineProjection';
import type { View } from './View';

/**
 * The views of one plugin, in its database.
 *
 * @public
 */
export interface Views {
  /**
   * Declares a view, and makes its tables.
   *
   * @throws BadArgumentError when its name is taken or too long
   * @throws DeclarationChangedError when its tables are not those that there are
   * under its version
   */
  add<TTables extends Tables>(
    projection: Projection<TTables>,
  ): Promise<View<TTables>>;

  /** @throws UnknownViewError */
  get(name: string): View;
}
