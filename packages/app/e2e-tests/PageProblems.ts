import type { ConsoleMessage, Page, Request, Response } from '@playwright/test';

/**
 * Collects what goes wrong in a page while a test uses it: errors on the
 * console, exceptions that nobody caught, and requests to the portal that
 * failed or were answered with an error. A request that the browser dropped
 * because the page moved on is not a problem.
 */
export class PageProblems {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly origin: string;

  constructor(
    private readonly page: Page,
    portal: string,
  ) {
    this.origin = new URL(portal).origin;
    page.on('console', this.onConsole);
    page.on('pageerror', this.onException);
    page.on('requestfailed', this.onFailure);
    page.on('response', this.onResponse);
  }

  /** Says that problems that match belong to what the test does. */
  expect(pattern: RegExp) {
    this.expected.push(pattern);
  }

  /** Stops collecting and returns what was not expected. */
  finish(): string[] {
    this.page.off('console', this.onConsole);
    this.page.off('pageerror', this.onException);
    this.page.off('requestfailed', this.onFailure);
    this.page.off('response', this.onResponse);
    return this.seen.filter(
      problem => !this.expected.some(pattern => pattern.test(problem)),
    );
  }

  private onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error') {
      const { url } = message.location();
      this.seen.push(`console: ${message.text()} (${url})`);
    }
  };

  private onException = (error: Error) => {
    this.seen.push(`uncaught: ${error.stack ?? error.message}`);
  };

  private onFailure = (request: Request) => {
    const reason = request.failure()?.errorText;
    if (this.isPortal(request.url()) && reason !== 'net::ERR_ABORTED') {
      this.seen.push(`failed: ${request.url()} (${reason})`);
    }
  };

  private onResponse = (response: Response) => {
    if (this.isPortal(response.url()) && response.status() >= 400) {
      this.seen.push(`answered ${response.status()}: ${response.url()}`);
    }
  };

  private isPortal(url: string): boolean {
    return new URL(url).origin === this.origin;
  }
}
