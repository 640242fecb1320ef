/** The library of the fixtures as a Backstage plugin, books kept in memory. */
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { createPermission } from '@backstage/plugin-permission-common';
import { create } from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';
import {
  BusyError,
  ClaimTakenError,
  CommandRejectedError,
  PayloadInvalidError,
  WrongVersionError,
  actorKey,
} from '@callboard/plugin-eventstore-common';
import { apiServiceRef, implementService } from '../../apiServiceRef';
import type { ApiContext } from '../../call/ApiContext';
import type { WaitForPosition } from '../../call/waitForPosition';
import { grpcServiceRef } from '../../grpc/grpcServiceRef';
import { descriptors } from './gen/descriptors';
import {
  BookSchema,
  LibraryService,
  type Book,
} from './gen/callboard/library/v1/library_pb';

const bookDelete = createPermission({
  name: 'library.book.delete',
  attributes: { action: 'delete' },
});
const bookRead = createPermission({
  name: 'library.book.read',
  attributes: { action: 'read' },
  resourceType: 'library-book',
});
const bookUpdate = createPermission({
  name: 'library.book.update',
  attributes: { action: 'update' },
  resourceType: 'library-book',
});

/** What the tests look at from outside. */
export class Library {
  readonly books = new Map<string, Book>();
  /** The context of the last call whose handler ran. */
  lastContext: ApiContext | undefined;
  /** The last request of a method that a test is interested in. */
  lastRequest: unknown;
  /** Settles when a wait was ended from outside; resolves to its reason. */
  onWaitEnded: (reason: unknown) => void = () => {};
  onWaitBegun: () => void = () => {};
  waitForPosition: WaitForPosition = async () => {};
  grpcPort = 0;

  add(init: Partial<Omit<Book, '$typeName'>>): Book {
    const book = create(BookSchema, init);
    this.books.set(book.name, book);
    return book;
  }

  get(name: string): Book {
    const book = this.books.get(name);
    if (!book) {
      throw new NotFoundError(`There is no book ${name}`);
    }
    return book;
  }

  ofShelf(parent: string): Book[] {
    return [...this.books.values()].filter(book =>
      book.name.startsWith(`${parent}/`),
    );
  }
}

/** Every kind of error that a handler may throw. */
export const failures: Record<string, () => Error> = {
  input: () => new InputError('Not like that'),
  notFound: () => new NotFoundError('Not there'),
  conflict: () => new ConflictError('Already different'),
  unavailable: () => new ServiceUnavailableError('Come back later'),
  claimTaken: () =>
    new ClaimTakenError({
      kind: 'library.book.isbn',
      value: '1234567890123',
      owner: 'library.book/01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e',
    }),
  wrongVersion: () => new WrongVersionError('library.book/x', 1, 2),
  busy: () => new BusyError(),
  payload: () =>
    new PayloadInvalidError('library.book.lent', [
      { path: 'to', message: 'is missing' },
      { path: 'until', message: 'is no date' },
    ]),
  rejected: () =>
    new CommandRejectedError('library.book.lent', 'The book is lent', {
      field: 'name',
      details: { until: '2026-12-24' },
    }),
  own: () =>
    new ApiError('Too many books', {
      code: 'LIBRARY_TOO_MANY_BOOKS',
      status: 'RESOURCE_EXHAUSTED',
      retryable: true,
      retryAfterMs: 2500,
      fields: [
        { field: 'book.title', rule: 'LIBRARY_DULL', message: 'is dull' },
      ],
      metadata: { most: '7' },
    }),
  unexpected: () => new Error('password=hunter2'),
};

const everyone = { allow: ['user', 'service'] } as const;

export function createLibraryPlugin(library: Library) {
  const implementation = implementService(LibraryService, {
    policies: {
      getBook: everyone,
      listBooks: everyone,
      batchGetBooks: everyone,
      createBook: everyone,
      batchCreateBooks: everyone,
      updateBook: {
        allow: ['user'],
        permission: bookUpdate,
        resourceRef: ({ book }) => book?.name ?? '',
      },
      deleteBook: { allow: ['user'], permission: bookDelete, audit: 'high' },
      moveBook: everyone,
      watchBooks: everyone,
      exportBooks: { allow: ['user'], permission: bookRead, conditional: true },
      importBooks: everyone,
      echo: everyone,
      getCover: everyone,
      setCover: everyone,
      getFile: everyone,
      fail: everyone,
      wait: everyone,
      describeCall: everyone,
      getOpeningHours: 'public',
    },
    handlers: {
      getBook: ({ name, isbn }, context) => {
        library.lastContext = context;
        if (name) {
          return library.get(name);
        }
        const found = [...library.books.values()].find(
          book => book.isbn === isbn,
        );
        return found ?? library.get(isbn);
      },
      listBooks: request => {
        library.lastRequest = request;
        const books = library.ofShelf(request.parent);
        return { books, totalSize: books.length };
      },
      batchGetBooks: ({ names }) => ({
        books: names.map(name => library.get(name)),
      }),
      createBook: ({ parent, book, validateOnly }, context) => {
        library.lastContext = context;
        context.setPosition(library.books.size + 1);
        const name = `${parent}/books/${library.books.size + 1}`;
        return validateOnly
          ? create(BookSchema, book)
          : library.add({ ...book, name });
      },
      batchCreateBooks: ({ parent, books }) => ({
        books: books.map((book, index) =>
          library.add({ ...book, name: `${parent}/books/batch-${index}` }),
        ),
      }),
      updateBook: ({ book, updateMask }) => {
        library.lastRequest = { book, updateMask };
        const present = library.get(book!.name);
        return library.add({ ...present, ...book });
      },
      deleteBook: ({ name }) => {
        library.get(name);
        library.books.delete(name);
        return {};
      },
      moveBook: ({ name, destination }) => {
        const book = library.get(name);
        library.books.delete(name);
        const id = name.slice(name.lastIndexOf('/') + 1);
        return library.add({ ...book, name: `${destination}/books/${id}` });
      },
      async *watchBooks({ parent, limit, failAfter }) {
        let count = 0;
        for (const book of library.ofShelf(parent)) {
          if (failAfter > 0 && count === failAfter) {
            throw new ConflictError('The shelf broke');
          }
          if (limit > 0 && count === limit) {
            return;
          }
          count++;
          yield { book };
        }
      },
      async *exportBooks({ parent }, context) {
        library.lastContext = context;
        yield { contentType: 'text/csv', data: Buffer.from('name,title\n') };
        for (const book of library.ofShelf(parent)) {
          yield { data: Buffer.from(`${book.name},${book.title}\n`) };
        }
      },
      importBooks: async requests => {
        let count = 0;
        for await (const { parent, book } of requests) {
          library.add({ ...book, name: `${parent}/books/imported-${count}` });
          count++;
        }
        return { count };
      },
      async *echo(requests) {
        for await (const { text } of requests) {
          yield { text };
        }
      },
      getCover: ({ name }) => ({
        contentType: 'image/png',
        data: Buffer.from(`cover of ${library.get(name).title}`),
      }),
      setCover: ({ cover }) => ({
        contentType: cover?.contentType,
        size: BigInt(cover?.data.length ?? 0),
      }),
      getFile: ({ path }) => ({ path }),
      fail: ({ how }) => {
        throw failures[how]?.() ?? new Error(`secret of ${how}`);
      },
      wait: async (_, { signal }) => {
        library.onWaitBegun();
        if (!signal.aborted) {
          await new Promise(resolve =>
            signal.addEventListener('abort', resolve, { once: true }),
          );
        }
        library.onWaitEnded(signal.reason);
        throw signal.reason;
      },
      describeCall: (_, context) => {
        library.lastContext = context;
        return {
          principal: actorKey(context.actor),
          commandId: context.commandId,
          correlationId: context.correlationId,
          userAgent: context.eventContext.userAgent ?? '',
          hasDeadline: context.deadline !== undefined,
        };
      },
      getOpeningHours: () => ({ text: 'always' }),
    },
  });
  return createBackendPlugin({
    pluginId: 'library',
    register(env) {
      env.registerInit({
        deps: {
          api: apiServiceRef,
          grpc: grpcServiceRef,
          permissionsRegistry: coreServices.permissionsRegistry,
        },
        async init({ api, grpc, permissionsRegistry }) {
          library.grpcPort = grpc.port ?? 0;
          permissionsRegistry.addPermissions([bookDelete]);
          await api.serve({
            descriptors,
            title: 'Library',
            version: '1.0.0',
            services: [implementation],
            waitForPosition: (position, signal) =>
              library.waitForPosition(position, signal),
          });
        },
      });
    },
  });
}
