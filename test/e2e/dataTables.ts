import axios, { type AxiosInstance } from 'axios';

/** What n8n's editor uses for what `N8nClient` has no method for, signed in. */
export async function signedIn(n8n: {
	url: string;
	email: string;
	password: string;
}): Promise<AxiosInstance> {
	const http = axios.create({ baseURL: n8n.url, proxy: false, timeout: 60_000 });
	const login = await http.post('/rest/login', { emailOrLdapLoginId: n8n.email, password: n8n.password });
	http.defaults.headers.common.cookie = (login.headers['set-cookie'] ?? [])
		.map((each) => each.split(';')[0])
		.join('; ');
	return http;
}

/** Makes a Data Table, as a person does in the editor. */
export async function createDataTable(
	http: AxiosInstance,
	name: string,
	columns: Array<{ name: string; type: string }>,
): Promise<void> {
	const { data } = await http.get<{ data: { id: string } }>('/rest/projects/personal');
	await http.post(`/rest/projects/${data.data.id}/data-tables`, { name, columns });
}
