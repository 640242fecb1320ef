/** What every query needs: the views, and who may see what. */
import type {
  AggregateId,
  Position,
} from '@callboard/plugin-eventstore-common';
import type { OpenView, View } from '@callboard/plugin-eventstore-node';
import type { Permission, ScopeId } from '@callboard/plugin-iam-common';
import type { Caller } from './Authorizer';
import { momentOf, type IamViews, type Moment } from './IamViews';
import type { ReadOptions } from './paging/Page';
import { ViewAuthorizer, type Reach } from './ViewAuthorizer';

export class QueryContext {
  readonly views: IamViews;
  readonly authorizer: ViewAuthorizer;

  constructor(views: IamViews) {
    this.views = views;
    this.authorizer = new ViewAuthorizer(views);
  }

  get knex() {
    return this.views.knex;
  }

  momentOf(options: ReadOptions): Promise<Moment> {
    return momentOf(this.views, options.asOf);
  }

  /**
   * Whether the caller may see something. Decided now, also when the past is
   * asked for: who has lost a permission cannot go back to when they had it.
   */
  may(
    caller: Caller,
    permission: Permission,
    scope: string,
    { after, signal }: ReadOptions,
  ): Promise<boolean> {
    return this.authorizer.may(caller, permission, scope as ScopeId, {
      after,
      signal,
    });
  }

  /** Where the caller has a permission, now. */
  reachOf(
    caller: Caller,
    permission: Permission,
    { after, signal }: ReadOptions,
  ): Promise<Reach> {
    return this.authorizer.reachOf(caller, permission, { after, signal });
  }

  /** A view as of a moment. */
  open<TTables extends object>(
    view: View<TTables & Record<string, any>>, // any: tables of any view
    moment: Moment,
    options: ReadOptions & { fresh?: string } = {},
  ): Promise<OpenView<TTables & Record<string, any>>> {
    return view.open({
      asOf: moment.position,
      after: options.after as Position | undefined,
      // What was so then does not change by catching up.
      fresh:
        moment.position === undefined
          ? (options.fresh as AggregateId | undefined)
          : undefined,
      signal: options.signal,
    });
  }
}
