import type { Page, Request } from '@playwright/test';

/**
 * Knows which requests a page has under way, and so when a screen has
 * everything that it asked for. Playwright's `networkidle` tells the same by
 * waiting half a second after the last request; this waits for events only.
 */
export class PageTraffic {
  private readonly underWay = new Set<Request>();
  private started = 0;
  private documentAnswered = false;
  private wake: () => void = () => undefined;

  constructor(private readonly page: Page) {
    const ofDocument = (request: Request) =>
      request.isNavigationRequest() && request.frame() === page.mainFrame();

    page.on('request', request => {
      this.started += 1;
      this.underWay.add(request);
    });
    const done = (request: Request) => {
      this.underWay.delete(request);
      this.wake();
    };
    page.on('requestfinished', done);
    page.on('requestfailed', done);
    // What the document that is left behind had under way may never be
    // reported as ended. It is forgotten when the next document takes over,
    // which is the navigation after its answer (others stay in the document).
    page.on('response', response => {
      this.documentAnswered ||= ofDocument(response.request());
    });
    page.on('framenavigated', frame => {
      if (frame === page.mainFrame() && this.documentAnswered) {
        this.documentAnswered = false;
        this.underWay.clear();
        this.wake();
      }
    });
  }

  /**
   * Resolves once no request is under way and the page, given time to draw
   * what came, has not asked for more.
   */
  async idle(): Promise<void> {
    for (;;) {
      while (this.underWay.size > 0) {
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
      }
      const before = this.started;
      await this.page.evaluate(
        () =>
          new Promise<void>(resolve => {
            requestAnimationFrame(() =>
              requestAnimationFrame(() => setTimeout(resolve)),
            );
          }),
      );
      if (this.started === before && this.underWay.size === 0) {
        return;
      }
    }
  }
}
