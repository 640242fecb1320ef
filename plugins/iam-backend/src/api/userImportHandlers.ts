import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ApiContext, ServiceHandlers } from '@callboard/api-node';
import type { OrganizationId } from '@callboard/plugin-iam-common';
import {
  UserImportOutcome,
  UserImportStatusSchema,
  type ManagementService,
  type UserImportRowSchema,
} from '@callboard/plugin-iam-common/api';
import { explainRow } from '../import/explainRow';
import type { ImportRequest, RowReport } from '../import/UserImports';
import { choiceNumber } from './commandInput';
import type { IamApi } from './IamApi';

const DEFAULT_PAGE_SIZE = 50;
/** Rows in one piece of a file. */
const PIECE_ROWS = 500;

const HEADER = 'row,outcome,user,code,field,message\r\n';

/** Of an import: how far it has come, and what came of its rows. */
export function userImportHandlers(
  api: IamApi,
): Pick<
  ServiceHandlers<typeof ManagementService>,
  'getUserImport' | 'listUserImportRows' | 'downloadUserImportReport'
> {
  const { imports } = api;
  const requestOf = async (context: ApiContext): Promise<ImportRequest> => ({
    caller: await api.callerOf(context),
    signal: context.signal,
  });
  return {
    async getUserImport({ organization, importId }, context) {
      const state = await imports.get(
        await requestOf(context),
        importId,
        organization as OrganizationId,
      );
      return {
        importId,
        organization,
        status: choiceNumber(UserImportStatusSchema, state.status),
        format: state.format ?? '',
        activate: state.activate,
        rows: state.through,
        added: state.through - state.failed,
        failed: state.failed,
      };
    },

    async listUserImportRows(request, context) {
      const after = Number(request.pageToken || 0);
      const limit = request.pageSize || DEFAULT_PAGE_SIZE;
      const rows: RowReport[] = [];
      for await (const row of rowsOf(await requestOf(context), request)) {
        if (row.row > after) {
          rows.push(row);
        }
        if (rows.length > limit) {
          break;
        }
      }
      const page = rows.slice(0, limit);
      return {
        rows: page.map(rowMessage),
        nextPageToken: rows.length > limit ? `${page.at(-1)!.row}` : '',
      };
    },

    async *downloadUserImportReport(request, context) {
      const rows = rowsOf(await requestOf(context), request);
      const contentType = 'text/csv; charset=utf-8';
      context.setHeader(
        'Content-Disposition',
        `attachment; filename="${request.importId.replaceAll(':', '-')}.csv"`,
      );
      yield { contentType, data: Buffer.from(HEADER) };
      let lines: string[] = [];
      for await (const row of rows) {
        lines.push(lineOf(row));
        if (lines.length === PIECE_ROWS) {
          yield { contentType, data: Buffer.from(lines.join('')) };
          lines = [];
        }
      }
      yield { contentType, data: Buffer.from(lines.join('')) };
    },
  };

  async function* rowsOf(
    request: ImportRequest,
    given: {
      readonly importId: string;
      readonly organization: string;
      readonly onlyFailed: boolean;
    },
  ): AsyncGenerator<RowReport> {
    const organization = given.organization as OrganizationId;
    await imports.get(request, given.importId, organization);
    const rows = imports.report(request, given.importId, organization);
    for await (const row of rows) {
      if (!given.onlyFailed || row.outcome === 'failed') {
        yield row;
      }
    }
  }
}

function rowMessage(
  report: RowReport,
): MessageInitShape<typeof UserImportRowSchema> {
  return report.outcome === 'failed'
    ? {
        row: report.row,
        outcome: UserImportOutcome.FAILED,
        code: report.code,
        field: report.field ?? '',
        message: explainRow(report),
      }
    : {
        row: report.row,
        outcome: UserImportOutcome.ADDED,
        user: report.outcome === 'added' ? report.user : '',
      };
}

/** After RFC 4180; nothing in it is a formula, since all of it is ours. */
function lineOf(report: RowReport): string {
  const cells =
    report.outcome === 'failed'
      ? ['', report.code, report.field ?? '', explainRow(report)]
      : [report.outcome === 'added' ? report.user : '', '', '', ''];
  return `${[`${report.row}`, report.outcome, ...cells].map(quoted).join(',')}\r\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
