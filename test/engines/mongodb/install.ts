import { install } from './installation.js';

const named = process.env['GUANXI_TEST_DOCUMENT_STORE'];
process.stderr.write(`Server of MongoDB's protocol: ${named ? 'the one that GUANXI_TEST_DOCUMENT_STORE names' : install()}.\n`);
