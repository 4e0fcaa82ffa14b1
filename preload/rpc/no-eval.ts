// Imported first by a page under a strict CSP: zod then never probes `new Function`, which the CSP would report.
import { z } from 'zod';

z.config({ jitless: true });
