import type { HttpAuthService } from '@backstage/backend-plugin-api';
import type { Request, Response } from 'express';
import { abortReason } from '../call/abortReason';
import type {
  ApiCredentials,
  IncomingCall,
  Transport,
} from '../call/IncomingCall';

/**
 * A call that came as a plain HTTP request on the portal's port. Most calls
 * neither have a deadline nor look at their signal, so it is made when it is
 * first asked for.
 */
export class HttpCall implements IncomingCall {
  deadline: number | undefined;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly transport: Transport,
    readonly request: Request,
    readonly response: Response,
    private readonly httpAuth: HttpAuthService,
  ) {}

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  setHeader(name: string, value: string): void {
    if (!this.response.headersSent) {
      this.response.setHeader(name, value);
    }
  }

  get ip(): string | undefined {
    return this.request.ip;
  }

  authenticate(): Promise<ApiCredentials> {
    return this.httpAuth.credentials(this.request, {
      allow: ['user', 'service', 'none'],
    });
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      this.response.once('close', () => this.#abort());
      if (this.response.destroyed) {
        this.#abort();
      } else if (this.deadline !== undefined) {
        this.#timer = setTimeout(
          () => this.#abort(),
          Math.max(0, this.deadline - Date.now()),
        );
      }
    }
    return this.#controller.signal;
  }

  /** The call is over, whoever ended it. */
  #abort(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort(abortReason(this));
  }
}
