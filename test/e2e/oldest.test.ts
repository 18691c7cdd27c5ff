import { OLDEST_N8N_VERSION } from '../../local-n8n/versions';
import { closeBench, openBench } from './bench';
import { answersSuite } from './suites/answers';
import { credentialSuite } from './suites/credential';
import { examplesSuite } from './suites/examples';
import { fileSuite } from './suites/file';
import { foreignHostsSuite } from './suites/foreignHosts';
import { ignoredCertificatesSuite } from './suites/ignoredCertificates';
import { memberOutcomesSuite } from './suites/memberOutcomes';
import { noFieldsSuite } from './suites/noFields';
import { onErrorSuite } from './suites/onError';
import { payerDirectorySuite } from './suites/payerDirectory';
import { stalledSuite } from './suites/stalled';
import { progressSuite } from './suites/progress';
import { standardPayerSuite } from './suites/standardPayer';
import { stopSuite } from './suites/stop';

/** The first time, n8n is installed: a few minutes, longer on a slow line. */
const OPEN_WITHIN_MS = 40 * 60_000;

beforeAll(async () => await openBench(OLDEST_N8N_VERSION), OPEN_WITHIN_MS);
afterAll(closeBench);

describe(`n8n ${OLDEST_N8N_VERSION}, the oldest supported`, () => {
	noFieldsSuite();
	onErrorSuite();
	answersSuite();
	credentialSuite();
	fileSuite();
	foreignHostsSuite();
	stalledSuite();
	progressSuite();
	standardPayerSuite();
	payerDirectorySuite();
	stopSuite();
	examplesSuite();
	ignoredCertificatesSuite();
	memberOutcomesSuite([
		'below the others',
		'a Merge that waits for all ends',
		'a Wait loop',
		'Loop Over Items',
	]);
});
