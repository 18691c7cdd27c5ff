import { runSteps, type Step } from './engine';
import { startScriptedGateway, type Answer } from './scriptedGateway';

/** Runs one node against a payer that follows the standards and answers what the test says. */
export async function runAgainst(
	answers: Answer[],
	items: (url: string) => object[],
	step: Step,
	changes: object = {},
	token?: Answer,
) {
	const payer = await startScriptedGateway(answers, token);
	const credentialType = 'fhirPayerOAuth2Api';
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const run = await runSteps({
		items: items(payer.url).map((item) => ({ ...item })),
		steps: [{ ...step, parameters: { ...step.parameters, ...sets } }],
		credentialType,
		credential: {
			fhirBaseUrl: `${payer.url}/fhir`,
			tokenUrl: `${payer.url}/openid-connect/token`,
			clientId: payer.clientId,
			clientSecret: payer.clientSecret,
			requestingName: 'Prairie Health Plan',
			respondingName: 'Bison Health Plan',
			accessToken: '',
			...changes,
		},
	}).finally(payer.close);
	return { run, got: payer.got };
}
