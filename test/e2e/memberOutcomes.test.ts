import { closeBench, openBench } from './bench';
import { memberOutcomesSuite } from './suites/memberOutcomes';
import { outcomesFromTableSuite } from './suites/outcomesFromTable';

const OPEN_WITHIN_MS = 40 * 60_000;

beforeAll(async () => await openBench(), OPEN_WITHIN_MS);
afterAll(closeBench);

memberOutcomesSuite();

describe('kept items', outcomesFromTableSuite);
