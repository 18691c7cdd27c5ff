/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IExecuteFunctions } from 'n8n-workflow';
import { AT_ONCE, checkAll } from '../../../nodes/CheckPayer/rows';
import { rowOfFindings } from '../../../nodes/CheckPayer/row';
import type { Target } from '../../../nodes/CheckPayer/targets';
import { PaceMemory } from '../../../nodes/shared/http/pace';
import { KeptAnswers } from '../../../nodes/shared/http/keptAnswers';
import { SignInPause } from '../../../nodes/shared/http/signInPause';
import { AnswerTimes, Trouble } from '../../../nodes/shared/http/trouble';
import type { OpenConnection } from '../../../nodes/shared/payers/connection';
import { pdex } from '../../../nodes/shared/payers/pdex';
import { statement } from '../../support/checkedPayer';

/** A context whose payers answer when they are told to. */
function fakeContext() {
	const asked: string[] = [];
	const answers: Array<() => void> = [];
	const answer = async ({ url }: { url: string }) => {
		asked.push(url);
		await new Promise<void>((resolve) => answers.push(resolve));
		const body = new Response(JSON.stringify(statement())).body;
		const stream = Object.assign(body as unknown as AsyncIterable<Uint8Array>, { destroy: () => undefined });
		return { statusCode: url.endsWith('/metadata') ? 200 : 404, headers: {}, body: stream };
	};
	const context = {
		helpers: {
			httpRequest: answer,
			httpRequestWithAuthentication: async (_: string, options: { url: string }) => await answer(options),
		},
		getExecutionCancelSignal: () => undefined,
		continueOnFail: () => false,
		getInputData: () => [{ json: {} }],
		getNode: () => ({ name: 'Check Payer', type: 'checkPayer' }),
		getExecutionId: () => '1',
		logger: { info: () => undefined },
	} as unknown as IExecuteFunctions;
	return { context, asked, answers };
}

function target(key: string): Target {
	const credentials = { fhirBaseUrl: `https://${key}.example/fhir`, respondingName: key };
	const payer = pdex.connect(credentials, 'fhirPayerOAuth2Api');
	const connection: OpenConnection = {
		...payer,
		key,
		kind: pdex,
		paces: new PaceMemory().begin(key, Date.now()),
		signInPause: new SignInPause(),
		answerTimes: new AnswerTimes(),
		trouble: new Trouble(),
		answers: new KeptAnswers(),
		takes: (what) => pdex.takes.includes(what),
		itemPayer: () => ({ payer: `pdex:${key}.example/fhir`, payerName: key }),
		reducedGrant: () => undefined,
	};
	return { key, connection, credentials, credentialType: 'fhirPayerOAuth2Api' };
}

test('a payer of which nothing can be asked without a member is not said to work, nor to be broken', async () => {
	const { context, asked } = fakeContext();
	const { connection, ...rest } = target('meadow');
	const [row] = await checkAll(context, [{ ...rest, connection: { ...connection, probes: undefined } }]);
	expect(row).toMatchObject({
		status: 'works with limits',
		signIn: 'not checked',
		payerName: 'meadow',
		works: '',
	});
	expect(asked).toEqual([]);
});

test('many payers are checked side by side, eight at most, and give their rows in order', async () => {
	const { context, asked, answers } = fakeContext();
	const keys = Array.from({ length: 11 }, (_, index) => `payer${index}`);
	const finished = rowOfFindings({ payerKey: 'bad-row' }, [{ says: 'A', whatToDo: 'B' }]);
	const checking = checkAll(context, [
		...keys.slice(0, 5).map(target),
		finished,
		...keys.slice(5).map(target),
	]);
	const hosts = () => new Set(asked.map((url) => new URL(url).hostname));
	while (hosts().size < AT_ONCE) await new Promise((resolve) => setImmediate(resolve));
	expect(hosts().size).toBe(8);
	// As fast as they are asked from now on.
	const answering = setInterval(() => answers.splice(0).forEach((answer) => answer()), 1);
	const rows = await checking;
	clearInterval(answering);
	expect(rows.map(({ payerKey }) => payerKey)).toEqual([...keys.slice(0, 5), 'bad-row', ...keys.slice(5)]);
	expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['works with limits', 'does not work']));
	expect(rows.every(({ payerKey, payerName }) => payerKey === payerName || payerKey === 'bad-row')).toBe(
		true,
	);
});
