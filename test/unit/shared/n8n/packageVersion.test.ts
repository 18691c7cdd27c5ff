import { version } from '../../../../package.json';
import { PACKAGE_VERSION } from '../../../../nodes/shared/n8n/packageVersion';

test('the version that a node tells is that of the package', () => expect(PACKAGE_VERSION).toBe(version));
