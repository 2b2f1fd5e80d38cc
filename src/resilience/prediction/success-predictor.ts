import type { SuccessPrediction } from '../prediction.ts'

export class SuccessPredictor implements SuccessPrediction {
  probability(_leftMs: number): number {
    return 1
  }

  learn(_leftMs: number, _succeeded: boolean, _nowMs: number): void {}
}
