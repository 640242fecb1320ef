import { Ending } from './Ending.ts';

describe('Ending', () => {
  let exit: jest.SpyInstance;

  beforeEach(() => {
    exit = jest
      .spyOn(process, 'exit')
      .mockImplementation((() => undefined) as () => never);
  });

  afterEach(() => {
    exit.mockRestore();
  });

  it('is asked for by the first signal', async () => {
    const ending = new Ending();
    const wished = ending.wished();
    ending.ask('SIGTERM');
    await wished;
    await ending.wished();
    expect(ending.signal.aborted).toBe(true);
    expect(ending.reason).toBe('SIGTERM');
    expect(ending.exitCode).toBe(143);
  });

  it('is not forced by echoes of one Ctrl-C', () => {
    const ending = new Ending();
    const kill = jest.fn();
    ending.onForce(kill);
    ending.ask('SIGINT', 5_000);
    ending.ask('SIGINT', 5_010);
    ending.ask('SIGINT', 6_000);
    expect(kill).not.toHaveBeenCalled();
    expect(exit).not.toHaveBeenCalled();
  });

  it('is forced by a second Ctrl-C, with all that is on the list', () => {
    const ending = new Ending();
    const [kill, forgotten] = [jest.fn(), jest.fn()];
    ending.onForce(kill);
    ending.onForce(forgotten)();
    ending.ask('SIGINT', 5_000);
    ending.ask('SIGINT', 6_001);
    expect(kill).toHaveBeenCalledTimes(1);
    expect(forgotten).not.toHaveBeenCalled();
    expect(exit).toHaveBeenCalledWith(130);
  });

  it('is not forced by the loss of whoever started us', () => {
    const ending = new Ending();
    ending.ask('SIGTERM', 0);
    ending.ask('disconnect', 60_000);
    expect(exit).not.toHaveBeenCalled();
  });
});
