/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { Readable } from 'node:stream';
import axios from 'axios';
import type { IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

/** What n8n gives a node or credential for requests, as far as a sign-in uses it; the requests are real. */
export const axiosHelper = {
	helpers: {
		httpRequest: async ({ url, method = 'GET', headers, body }: IHttpRequestOptions) => {
			const response = await axios.request<Readable>({
				url,
				method,
				headers: headers as Record<string, string>,
				data: body,
				responseType: 'stream',
				maxRedirects: 0,
				validateStatus: () => true,
			});
			return { statusCode: response.status, headers: response.headers, body: response.data };
		},
	},
} as unknown as IHttpRequestHelper;
