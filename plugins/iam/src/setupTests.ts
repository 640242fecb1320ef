import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A busy machine needs longer than the second that is the default; how long a
// test waits for what comes says nothing about whether it comes.
configure({ asyncUtilTimeout: 15_000 });
jest.setTimeout(60_000);
