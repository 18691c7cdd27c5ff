import type { Answer } from '../../support/scriptedGateway';
import { memberRow, runAgainst } from '../../support/standardRuns';

jest.mock('../../../nodes/shared/fhir/limits', () => ({
	...jest.requireActual<object>('../../../nodes/shared/fhir/limits'),
	SIGN_IN_HEADERS_TIMEOUT_MS: 1500,
}));

const silent: Answer = () => undefined;
const broken: Answer = (response) => void response.destroy();

test.each<[what: string, token: Answer, says: RegExp]>([
	['no answer in time', silent, /The token endpoint did not answer in time\. Check the Token URL/],
	[
		'a broken connection',
		broken,
		/The token endpoint did not answer: the connection broke off\. Check the Token URL/,
	],
])('E8 %s of the token endpoint is told as what it was', async (_, token, says) => {
	const { told } = await runAgainst([{ body: {} }], {
		nodes: ['memberMatch'],
		parameters: { memberMatch: { options: { keepTryingFor: 0.02 } } },
		items: () => [memberRow('small')],
		token,
	});
	expect(told).toMatch(says);
});
