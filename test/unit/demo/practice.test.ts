import { OneUpHealthOAuth2Api } from '../../../credentials/OneUpHealthOAuth2Api.credentials';
import { practiceClient, practiceText } from '../../../demo/practice';

test('F9 npm start prints what to enter in a credential, by the labels of its form', () => {
	const gateway = { ...practiceClient, url: 'http://127.0.0.1:8787', tenant: 'bison' };
	const printed = practiceText(gateway);
	const lines = [...printed.matchAll(/^ {4}(\S+(?: \S+)?) {2,}(.+)$/gm)].map(([, label, value]) => [
		label,
		value,
	]);
	expect(lines).toEqual([
		['Client ID', 'practice-client'],
		['Client Secret', 'practice-secret'],
		['Gateway URL', 'http://127.0.0.1:8787'],
		['Default Tenant', 'bison'],
		['Plans', 'Bison Health Plan = bison'],
		['A roster', expect.stringMatching(/^examples\/own-roster\.csv /)],
	]);
	const labels = new OneUpHealthOAuth2Api().properties.map(({ displayName }) => displayName);
	expect(labels).toEqual(expect.arrayContaining(lines.slice(0, -1).map(([label]) => label)));
});
