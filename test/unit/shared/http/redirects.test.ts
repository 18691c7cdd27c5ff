/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'stream';
import type { IExecuteFunctions } from 'n8n-workflow';
import { Paces } from '../../../../nodes/shared/http/pace';
import { SignInPause } from '../../../../nodes/shared/http/signInPause';
import { AnswerTimes, Trouble } from '../../../../nodes/shared/http/trouble';
import { openFile } from '../../../../nodes/shared/http/redirects';
import type { PayerRequest } from '../../../../nodes/shared/http/request';

/** As n8n 2.8 hands on an error: the status and the open body, whose headers a decompressed one has lost. */
test('E1 a redirect whose headers n8n keeps back is told of, and its body closed', async () => {
	const body = Readable.from(['moved']);
	const error = Object.assign(new Error('302'), { httpCode: '302', context: { data: body } });
	const context = {
		getExecutionCancelSignal: () => undefined,
		helpers: { httpRequestWithAuthentication: async () => await Promise.reject(error) },
	} as unknown as IExecuteFunctions;
	const destination = {
		credentialType: 'x',
		baseUrl: 'https://payer.example',
		addressField: 'FHIR Base URL',
		fileHosts: [],
		paces: new Paces(),
		signInPause: new SignInPause(),
		trouble: new Trouble(),
		answerTimes: new AnswerTimes(),
	};
	const request: PayerRequest = {
		method: 'GET',
		url: 'https://payer.example/files/1',
		headers: {},
		redirectedTo: () => request,
	};
	await expect(openFile(context, destination, request, Date.now() + 1000)).rejects.toThrow(
		/redirects the file, but n8n does not say where \(HTTP 302\)/,
	);
	expect(body.destroyed).toBe(true);
});
