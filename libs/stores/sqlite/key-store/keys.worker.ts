import { answerCalls } from '../thread-calls.js';
import { KeysFile } from './keys-file.js';

answerCalls((file) => KeysFile.open(file));
