import { closeBench, openBench } from './bench';
import { answersSuite } from './suites/answers';
import { credentialSuite } from './suites/credential';
import { demoSuite } from './suites/demo';
import { durableLoopSuite } from './suites/durableLoop';
import { examplesSuite } from './suites/examples';
import { fileSuite } from './suites/file';
import { foreignHostsSuite } from './suites/foreignHosts';
import { loadedSuite } from './suites/loaded';
import { noFieldsSuite } from './suites/noFields';
import { onErrorSuite } from './suites/onError';
import { payerDirectorySuite } from './suites/payerDirectory';
import { privacySuite } from './suites/privacy';
import { stalledSuite } from './suites/stalled';
import { progressSuite } from './suites/progress';
import { standardPayerSuite } from './suites/standardPayer';
import { stopSuite } from './suites/stop';

/** The first time, n8n is installed: a few minutes, longer on a slow line. */
const OPEN_WITHIN_MS = 40 * 60_000;

// One file, so that all suites share one n8n.
beforeAll(async () => await openBench(), OPEN_WITHIN_MS);
afterAll(closeBench);

// The long wait of this one goes on in n8n while the others run.
const checkLongWait = durableLoopSuite();
loadedSuite();
noFieldsSuite();
demoSuite();
credentialSuite();
onErrorSuite();
fileSuite();
stopSuite();
answersSuite();
foreignHostsSuite();
stalledSuite();
standardPayerSuite();
payerDirectorySuite();
progressSuite();
examplesSuite();
privacySuite();
checkLongWait();
